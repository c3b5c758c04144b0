package host

const onLinux = true
