/** Clipboard contents modeled on real programs, and the Markdown of what people saw. */
export const clipboards: readonly { from: string; html: string; markdown: string }[] = [
  {
    from: "Google Docs",
    html: `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-0f0f"><h2 dir="ltr" style="line-height:1.38;"><span style="font-size:16pt;font-weight:400;">Plan</span></h2><p dir="ltr"><span style="font-weight:700;">Bold</span><span style="font-weight:400;"> normal </span><span style="font-weight:400;font-style:italic;">italic</span><span style="text-decoration:line-through;"> gone</span></p><br /><ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>item one</span></p></li><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>item two</span></p></li><ul><li dir="ltr" aria-level="2"><p dir="ltr" role="presentation"><span>inside</span></p></li></ul></ul></b>`,
    markdown: "## Plan\n\n**Bold** normal *italic* ~~gone~~\n\n- item one\n- item two\n  - inside",
  },
  {
    from: "Word",
    html: `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body lang=EN-US><!--StartFragment--><p class=MsoTitle>Report<o:p></o:p></p><p class=MsoNormal>Some <b style='mso-bidi-font-weight:normal'>bold</b> words.<o:p></o:p></p><p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>first point</p><p class=MsoListParagraphCxSpMiddle style='text-indent:-18.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>o<span>&nbsp;&nbsp; </span></span><![endif]>a detail</p><p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>second point</p><p class=MsoNormal><img width=10 src="file:///C:/Users/ada/clip_image001.png" alt=""></p><!--EndFragment--></body></html>`,
    markdown: "# Report\n\nSome **bold** words.\n\n- first point\n  - a detail\n- second point",
  },
  {
    from: "Word, a numbered list",
    html: `<body><p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>One</p><p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span>Two</p></body>`,
    markdown: "1. One\n2. Two",
  },
  {
    from: "Excel",
    html: `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table border=0 cellpadding=0><!--StartFragment--><col width=64><col width=64><tr height=20><td class=xl65>Name</td><td>Age</td></tr><tr height=20><td>Ada</td><td align=right>36</td></tr><!--EndFragment--></table></body></html>`,
    markdown: "| Name | Age |\n| --- | --- |\n| Ada | 36  |",
  },
  {
    from: "Google Sheets",
    html: `<google-sheets-html-origin><style type="text/css"><!--td {border: 1px solid #ccc;}--></style><table xmlns="http://www.w3.org/1999/xhtml" cellspacing="0"><colgroup><col width="100"/><col width="100"/></colgroup><tbody><tr style="height:21px;"><td style="font-weight:bold;" data-sheets-value="x">City</td><td>a|b</td></tr><tr><td>Oslo</td><td>two<br/>lines</td></tr></tbody></table></google-sheets-html-origin>`,
    markdown: "| City | a\\|b |\n| --- | --- |\n| Oslo | two<br>lines |",
  },
  {
    from: "Confluence",
    html: `<meta charset='utf-8'><h1 id="Setup" data-local-id="1">Setup</h1><p data-local-id="2">Run <code>make</code> and see <a href="https://example.test/x">the page</a>.</p><ol start="3"><li><p>third</p></li><li><p>fourth</p></li></ol><pre><code class="language-sh">make all
make test</code></pre>`,
    markdown:
      "# Setup\n\nRun `make` and see [the page](https://example.test/x).\n\n3. third\n4. fourth\n\n```sh\nmake all\nmake test\n```",
  },
  {
    from: "GitHub",
    html: `<meta charset='utf-8'><h1 class="heading-element" dir="auto" style="box-sizing: border-box;">Title<a id="user-content-title" class="anchor" aria-label="Permalink: Title" href="#title"><svg viewBox="0 0 16 16"><path d="m7.775 3.275"></path></svg></a></h1><ul class="contains-task-list"><li class="task-list-item"><input type="checkbox" class="task-list-item-checkbox" checked disabled> done</li><li class="task-list-item"><input type="checkbox" disabled> open</li></ul>`,
    markdown: "# Title\n\n- [x] done\n- [ ] open",
  },
  {
    from: "Notion",
    html: `<meta charset='utf-8'><h3>Goals</h3>\n<p>One <strong>clear</strong> goal</p>\n<blockquote>Less is more</blockquote>\n<hr>\n<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n<!-- notionvc: 00000000-0000-4000-8000-000000000000 -->`,
    markdown: "### Goals\n\nOne **clear** goal\n\n> Less is more\n\n---\n\n- a\n  - b",
  },
  {
    from: "a web page",
    html: `<meta charset='utf-8'><p style="color: rgb(1, 2, 3);">A&nbsp;<em>fine</em>&nbsp;day, <a href="https://example.test/a b">they said</a>. <span style="font-weight:bold">Really.</span></p><br class="Apple-interchange-newline"><script>alert(1)</script>`,
    markdown: "A *fine* day, [they said](<https://example.test/a b>). **Really.**",
  },
];
