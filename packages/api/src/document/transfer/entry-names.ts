import { isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";

import { type Entry, getFileNameLowLevel } from "yauzl";

/** The name of an entry in an archive. */
export interface EntryName {
  name: string;
  /** Whether the encoding is known, or was detected with confidence. */
  isCertain: boolean;
}

/** Maximum bytes of names used for detection. More bytes take time and do not improve the result. */
const maxSampleBytes = 4096;

/** Minimum ratio between the confidence of the detected encoding and of the runner-up. */
const minConfidenceRatio = 1.5;

/**
 * Encodings of names in archives, by the detector's names, with their labels for `TextDecoder`; null for those that
 * it does not support. Encodings that no archiver writes, such as EBCDIC and those of classic Mac OS, are not
 * candidates.
 */
const candidates = new Map<string, string | null>([
  ["shift_jis", "shift_jis"],
  ["cp932", "shift_jis"],
  ["euc-jp", "euc-jp"],
  ["gb18030", "gb18030"],
  ["big5", "big5"],
  ["euc-kr", "euc-kr"],
  ["cp949", "euc-kr"],
  ["ibm866", "ibm866"],
  ["koi8-r", "koi8-r"],
  ["windows-1250", "windows-1250"],
  ["windows-1251", "windows-1251"],
  ["windows-1252", "windows-1252"],
  ["windows-1253", "windows-1253"],
  ["windows-1254", "windows-1254"],
  ["windows-1255", "windows-1255"],
  ["windows-1256", "windows-1256"],
  ["ibm855", null],
  ["cp437", null],
  ["cp737", null],
  ["cp775", null],
  ["cp850", null],
  ["cp852", null],
  ["cp857", null],
  ["cp862", null],
  ["cp864", null],
]);

/**
 * Creates a reader for the names in an archive. Names that are not UTF-8 do not declare their encoding, so it is
 * detected from all of them together. If the result is uncertain, they are read as code page 437, as the format
 * specifies.
 */
export async function createNameReader(entries: readonly Entry[]): Promise<(entry: Entry) => EntryName> {
  const undeclaredEntries = entries.filter((entry) => !hasUnicodePath(entry) && !isUtf8(entry.fileNameRaw));
  const decoder = undeclaredEntries.length === 0 ? null : await detectEncoding(undeclaredEntries);
  return (entry) => {
    const raw = entry.fileNameRaw;
    if (hasUnicodePath(entry)) {
      const name = getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, true);
      return { name: name.replaceAll("\\", "/"), isCertain: true };
    }
    // Some programs write UTF-8 without declaring it. A backslash is a Windows separator only in encodings in which
    // no letter contains its byte.
    if (isUtf8(raw)) return { name: raw.toString("utf8").replaceAll("\\", "/"), isCertain: true };
    return decodeName(decoder, raw) ?? { name: getFileNameLowLevel(0, raw, [], true), isCertain: false };
  };
}

/** Whether an entry has Info-ZIP's field for a Unicode name. */
function hasUnicodePath({ extraFields }: Entry): boolean {
  return extraFields.some(({ id }) => id === 0x70_75);
}

async function detectEncoding(entries: readonly Entry[]): Promise<TextDecoder | null> {
  const { detectAll } = await import("jschardet"); // loads a model of one megabyte
  const detected = detectAll(takeSample(entries)).flatMap(({ encoding, confidence }) => {
    const label = candidates.get(encoding?.toLowerCase() ?? "");
    return label === undefined ? [] : [{ label, confidence }];
  });
  const [best] = detected;
  if (best === undefined || best.label === null) return null;
  const next = detected.find(({ label }) => label !== best.label);
  if (next !== undefined && next.confidence * minConfidenceRatio > best.confidence) return null;
  return new TextDecoder(best.label, { fatal: true });
}

/** Returns the first names, because all of them together may be as large as the archive. */
function takeSample(entries: readonly Entry[]): Buffer {
  const names: Buffer[] = [];
  for (let [index, size] = [0, 0]; index < entries.length && size < maxSampleBytes; index += 1) {
    const name = entries[index]?.fileNameRaw ?? newline;
    names.push(name, newline);
    size += name.length + newline.length;
  }
  return Buffer.concat(names).subarray(0, maxSampleBytes);
}

const newline = Buffer.from("\n");

function decodeName(decoder: TextDecoder | null, raw: Buffer): EntryName | null {
  try {
    return decoder && { name: decoder.decode(raw), isCertain: true };
  } catch {
    return null;
  }
}
