import { png } from "./files.ts";

/** A vault as Obsidian stores it. An export must return every file byte for byte. */
export const vault = {
  "Index.md":
    "---\ntags:\n  - start\naliases: [Home, 家]\ncssclass: wide\n---\n# Index\n\n[[Daily/2026-11-29|today]] [[Project Ä#Goals]] ![[diagram.png|300]] ![[Project Ä#^block-1]]\n",
  "Project Ä.md":
    "---\r\nstatus: open\r\n---\r\n\r\n## Goals\r\n\r\nText ^block-1\r\n\r\n![](attachments/Pasted%20image%201.png)\r\n",
  "Cafe\u0301 (decomposed).md": "[[Index]] with a name that macOS wrote",
  "Daily/2026-11-29.md":
    "- [ ] call [[People/O'Brien, J.|O'Brien]]\n- [x] `[[not a link]]`\n\n%% a comment %%\n",
  "People/O'Brien, J..md": "> [!note]- Folded\n> ==marked== #tag/nested\n",
  "100% & more #1.md": "$$\\int x$$\n\n```dataview\nLIST FROM #tag\n```\n",
  "v1.2 notes.md": "\ufeff[up](Index.md) [[#Heading]] [[Missing page]]",
  "Templates/{{date}} 👩‍👩‍👧.md": "{{title}}\n\n\n",
  "Empty.md": "",
  "notes.txt.md": "[[notes.txt]]\n",
  "attachments/Pasted image 1.png": png,
  "attachments/report (final).pdf": Buffer.from("%PDF-1.4 not really"),
  "diagram.png": Buffer.concat([png, Buffer.from("another")]),
  "Map.canvas": '{"nodes":[{"id":"1","type":"file","file":"Project Ä.md"}],"edges":[]}',
  "Inbox/": null,
};
