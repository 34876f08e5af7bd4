/** A dropped or chosen file with its relative path. */
export interface PickedFile {
  path: string;
  file: File;
}

/** Lists dropped files and those in dropped folders. Must be called synchronously in the event handler. */
export function readDroppedFiles({ items }: DataTransfer): Promise<PickedFile[]> {
  // The list is cleared after the event, so its entries are read first.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found = Promise.all(entries.map((entry) => readEntry(entry, ""))).then((lists) => lists.flat());
  found.catch(() => {}); // shown by the import, which may load later
  return found;
}

/** Reads files from an input, chosen individually or as a folder. */
export function readChosenFiles(files: FileList | null): PickedFile[] {
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
    // `readEntries` returns batches; an empty batch ends the list.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const inside of some) found.push(...(await readEntry(inside, `${path}/`)));
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
