let a = "tab\t nul\0 dollar \$ ${  "nested ${"deep"}"  } \u{1F600}"
let b = r"C:\d"+r#"a"b"#
let c = re"(?<n>\d+) ${text}\""
let d = """
    Indented ${x ?? 0},
      more, and "quotes".
    """
if x {
  print("""
  as it is
    in its lines
  """)
      print(r"""
        raw ${not a hole}
      """,1)
}
let long = "a string that is longer than a line may be stays as it is, because nothing in it is the formatter's to break"
