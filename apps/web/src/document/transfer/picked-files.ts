/** A file that was dropped or chosen, with the path under which it lay. */
export interface PickedFile {
  path: string;
  file: File;
}

/** The files that were dropped, with those in dropped folders. It is to be called before the event has passed. */
export async function filesFromDrop({ items }: DataTransfer): Promise<PickedFile[]> {
  // The list is emptied when the event has passed: what it holds is taken first.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found = await Promise.all(entries.map((entry) => readEntry(entry, "")));
  return found.flat();
}

/** The files that were chosen, singly or as a folder. */
export function filesFromInput(files: FileList | null): PickedFile[] {
  return [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function readEntry(entry: FileSystemEntry, folder: string): Promise<PickedFile[]> {
  const path = `${folder}${entry.name}`;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path, file }];
  }
  if (!isDirectory(entry)) return [];
  const found: PickedFile[] = [];
  const reader = entry.createReader();
  for (;;) {
    // A browser tells of some at a time, and of none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const inside of some) found.push(...(await readEntry(inside, `${path}/`)));
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
