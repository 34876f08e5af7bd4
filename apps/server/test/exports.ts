import { png } from "./files.ts";
import type { Packed } from "./zip.ts";

/** An export of another program, and what an import makes of it. */
export interface ForeignExport {
  /** The files of the export. */
  packed: Packed;
  /** The files of an export of the workspace: the same, under other names and with other links. */
  expected: Packed;
  /** The paths that are left out. */
  skipped: string[];
}

const picture = (name: string) => Buffer.concat([png, Buffer.from(name)]);

/** Page IDs of Notion. */
const [wiki, setup, tasks, task, first, second] = ["1", "2", "3", "4", "5", "6"].map((digit) =>
  `${digit}f0e`.padEnd(32, "a7"),
) as [string, string, string, string, string, string];

/** Pages with IDs, the folders of their subpages with and without, a table with its pages, and a title cut at a space. */
export const notion: ForeignExport = {
  packed: {
    [`Private & Shared/Wiki ${wiki}.md`]: `# Wiki\n\n[Set up the app](Wiki/Set%20up%20the%20app%20${setup}.md)\n\n[Tasks](Wiki/Tasks%20${tasks}.csv)\n\n<aside>\n💡 Read [this](Wiki/Set%20up%20the%20app%20${setup}.md) first.\n\n</aside>\n`,
    [`Private & Shared/Wiki/Set up the app ${setup}.md`]: `# Set up the app\n\n![Screen shot.png](Screen_shot.png)\n\n[Wiki](../Wiki%20${wiki}.md)\n`,
    "Private & Shared/Wiki/Screen_shot.png": picture("screen"),
    [`Private & Shared/Wiki/Tasks ${tasks}.csv`]: "\ufeffName,Status\nCall,Done\n",
    [`Private & Shared/Wiki/Tasks ${tasks}_all.csv`]: "\ufeffName,Status,Owner\nCall,Done,Ada\n",
    [`Private & Shared/Wiki/Tasks/Call ${task}.md`]: "# Call\n\nStatus: Done\n",
    [`Private & Shared/Untitled ${first}.md`]: `# \n\n[Untitled](Untitled%20${second}.md)\n`,
    [`Private & Shared/Untitled ${second}.md`]: `# \n\n![Untitled](Untitled%20${second}/Untitled.png)\n`,
    [`Private & Shared/Untitled ${second}/Untitled.png`]: picture("untitled"),
    [`Private & Shared/A long title that is cut at a ${setup}.md`]:
      "# A long title that is cut at a space\n\n![](A%20long%20title%20that%20is%20cut%20at%20a%20/image.png)\n",
    "Private & Shared/A long title that is cut at a /image.png": picture("cut"),
  },
  expected: {
    "Private & Shared/Wiki.md":
      "# Wiki\n\n[Set up the app](Wiki/Set%20up%20the%20app.md)\n\n[Tasks](Wiki/Tasks.csv)\n\n<aside>\n💡 Read [this](Wiki/Set%20up%20the%20app.md) first.\n\n</aside>\n",
    "Private & Shared/Wiki/Set up the app.md":
      "# Set up the app\n\n![Screen shot.png](Screen_shot.png)\n\n[Wiki](../Wiki.md)\n",
    "Private & Shared/Wiki/Screen_shot.png": picture("screen"),
    "Private & Shared/Wiki/Tasks.csv": "\ufeffName,Status\nCall,Done\n",
    "Private & Shared/Wiki/Tasks_all.csv": "\ufeffName,Status,Owner\nCall,Done,Ada\n",
    "Private & Shared/Wiki/Tasks/Call.md": "# Call\n\nStatus: Done\n",
    "Private & Shared/Untitled.md": "# \n\n[Untitled](Untitled%20%282%29.md)\n",
    "Private & Shared/Untitled (2).md": "# \n\n![Untitled](Untitled%20%282%29/Untitled.png)\n",
    "Private & Shared/Untitled (2)/Untitled.png": picture("untitled"),
    "Private & Shared/A long title that is cut at a.md":
      "# A long title that is cut at a space\n\n![](A%20long%20title%20that%20is%20cut%20at%20a/image.png)\n",
    "Private & Shared/A long title that is cut at a/image.png": picture("cut"),
  },
  skipped: [],
};

const [upload, attachment] = ["0b9c1d3e-5f60-4718-8293-a4b5c6d7e8f9", "11112222-3333-4444-8555-666677778888"];

/** A folder for each collection, files below `uploads` beside the document, and encoded names. */
export const outline: ForeignExport = {
  packed: {
    "Handbook/": null,
    "Handbook/Start.md": `# Start\n\nEscaped \\- and 1\\. and \\[x\\], a break\\\nand more.\n\n![Plan](uploads/${upload}/${attachment}/plan%20b.png " =320x200")\n\n[notes.pdf 12](uploads/${upload}/${attachment}/notes.pdf)\n\n[Why?](./Start/Why%253F%20Who%253A%20me%252Fyou.md)\n\n:::info\nRead it.\n\n:::\n`,
    [`Handbook/uploads/${upload}/${attachment}/plan b.png`]: picture("plan"),
    [`Handbook/uploads/${upload}/${attachment}/notes.pdf`]: "%PDF-1.4 notes",
    "Handbook/Start/Why%3F Who%3A me%2Fyou.md": "# Why? Who: me/you\n\n[Start](./../Start.md)\n\n\\\n",
  },
  expected: {
    "Handbook/Start.md": `# Start\n\nEscaped \\- and 1\\. and \\[x\\], a break\\\nand more.\n\n![Plan](uploads/${upload}/${attachment}/plan%20b.png " =320x200")\n\n[notes.pdf 12](uploads/${upload}/${attachment}/notes.pdf)\n\n[Why?](Start/Why%3F%20Who%3A%20me-you.md)\n\n:::info\nRead it.\n\n:::\n`,
    [`Handbook/uploads/${upload}/${attachment}/plan b.png`]: picture("plan"),
    [`Handbook/uploads/${upload}/${attachment}/notes.pdf`]: "%PDF-1.4 notes",
    // No system rejects the names in an archive.
    "Handbook/Start/Why- Who- me-you.md": "# Why? Who: me/you\n\n[Start](./../Start.md)\n\n\\\n",
  },
  skipped: [],
};

/** A folder beside each page with subpages, files below `files`, HTML in the text, and a description of the export. */
const docmost: ForeignExport = {
  packed: {
    "docmost-metadata.json": '{"source":"docmost"}',
    "Team.md": `# Team\n\n[Holidays](Team/Holidays%20%26%20leave.md)\n\n![](files/${attachment}/photo.png)\n\n<details markdown="1">\n<summary>More</summary>\n\n[Holidays](Team/Holidays%20%26%20leave.md)\n\n</details>\n`,
    [`files/${attachment}/photo.png`]: picture("photo"),
    "Team/Holidays & leave.md": `# Holidays & leave\n\n[Team](../Team.md)\n\n[list.xlsx](files/${upload}/list.xlsx)\n\n:::warning\nAsk first.\n:::\n`,
    [`Team/files/${upload}/list.xlsx`]: "a table",
    "untitled.md": "text",
    "untitled (1).md": "other text",
  },
  get expected() {
    return this.packed;
  },
  skipped: [],
};

/** The archive of a person's notes, and the uploads of the server beside it. */
const hedgedoc: ForeignExport = {
  packed: {
    "Meeting.md":
      "---\ntitle: Meeting\ntags: team, weekly\n---\n\n# Meeting\n\n![](uploads/5f0c.png)\n\n:::info\n**Agenda**\n:::\n\n[TOC]\n",
    "Untitled-aB3_x-9.md": "![](https://pad.example.com/uploads/other.png)",
    "uploads/5f0c.png": picture("pad"),
  },
  get expected() {
    return this.packed;
  },
  skipped: [],
};

/** A vault with its settings, its trash, files anywhere, and its own syntax. */
const obsidian: ForeignExport = {
  packed: {
    ".obsidian/app.json": "{}",
    ".trash/old.md": "old",
    "Home.md":
      "---\naliases: [Start]\n---\n\n[[Plan#Goals|the goals]] ![[sketch.png|300]] [[Plan#^abc123]] %% not for everyone %%\n\n[md](Projects/Plan.md)\n",
    "Projects/Plan.md":
      "## Goals\n\nDone soon. ^abc123\n\n![[clip.mp3]] [[start]] ![](../media/sketch.png)\n",
    "media/sketch.png": picture("sketch"),
    "media/clip.mp3": "sound",
    "Board.canvas": '{"nodes":[]}',
  },
  expected: {},
  skipped: [".obsidian/", ".trash/"],
};
obsidian.expected = Object.fromEntries(
  Object.entries(obsidian.packed).filter(([path]) => !path.startsWith(".")),
);

export const foreignExports = { notion, outline, docmost, hedgedoc, obsidian };

/** The links to other files in one of these texts, as they are passed to the server. */
export function listLinks(text: string): string[] {
  const links = Array.from(text.matchAll(/\]\(<?([^)\s>]+)/g), ([, target = ""]) => target);
  const wikiLinks = Array.from(text.matchAll(/\[\[([^\]|#]+)/g), ([, target = ""]) => `[[${target}]]`);
  return [...links.filter((target) => !target.includes("://")), ...wikiLinks];
}
