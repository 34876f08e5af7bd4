/**
 * Which paths belong to a folder sync or an import. This is the only definition: it applies to files on disk, to the
 * files and documents of a workspace, to the saved state of a sync, and to everything that writes. A path that is left
 * out stays unchanged on both sides.
 */

/** Why a path is left out. */
export type LeftOutReason =
  | "version control"
  | "secret"
  | "dependencies"
  | "hidden"
  | "temporary"
  | "ignored"
  | "sync state";

/** The message for each reason. */
export const leftOutMessages = {
  "version control": "belongs to version control",
  secret: "may contain secrets",
  dependencies: "contains installed dependencies",
  hidden: "is hidden",
  temporary: "is a temporary file of the system or an editor",
  ignored: "is ignored by .mdreaderignore or --exclude",
  "sync state": "is internal sync state",
} as const satisfies Record<LeftOutReason, string>;

export interface PathOptions {
  /** Whether hidden files and folders are included. Secrets never are. */
  includeHidden?: boolean;
  /** Additional exclusions, such as the patterns of an ignore file. The path of a folder ends with a slash. */
  isIgnored?: (path: string) => boolean;
}

/** The part of a path that is left out (a folder ends with a slash), and why. */
export interface LeftOut {
  path: string;
  reason: LeftOutReason;
}

/** Names of the files in which the sync keeps its own state in a folder. */
export const stateFileName = ".mdreader.json";
export const ignoreFileName = ".mdreaderignore";
export const temporaryPrefix = ".mdreader-";

/**
 * Checks a path with slashes. The path of a folder ends with one. For a path inside a folder that is left out, the
 * result is that folder.
 *
 * @returns null for a path that belongs to the sync.
 */
export function findLeftOut(path: string, options: PathOptions = {}): LeftOut | null {
  return createPathFilter(options)(path);
}

/** Checks paths like `findLeftOut`, and remembers folders. For many paths with the same options. */
export function createPathFilter(options: PathOptions = {}): (path: string) => LeftOut | null {
  const folders = new Map<string, LeftOut | null>([["", null]]);

  /** @param start The start of the last name. */
  function checkLast(path: string, start: number): LeftOut | null {
    const name = path.slice(start, path.endsWith("/") ? -1 : undefined);
    const reason =
      findLeftOutReason(name, options) ?? (options.isIgnored?.(path) === true ? "ignored" : null);
    return reason === null ? null : { path, reason };
  }

  /** @param path The path of a folder, with a slash at the end. Takes linear time: only whole paths are remembered. */
  function checkFolder(path: string): LeftOut | null {
    const cached = folders.get(path);
    if (cached !== undefined) return cached;
    let found: LeftOut | null = null;
    for (let start = 0; found === null && start < path.length;) {
      const end = path.indexOf("/", start) + 1;
      found = checkLast(path.slice(0, end), start);
      start = end;
    }
    folders.set(path, found);
    return found;
  }

  return (path) => {
    const start = path.replace(/\/$/, "").lastIndexOf("/") + 1;
    return checkFolder(path.slice(0, start)) ?? checkLast(path, start);
  };
}

function findLeftOutReason(name: string, { includeHidden = false }: PathOptions): LeftOutReason | null {
  const plain = toPlainName(name);
  if (isVersionControl(name)) return "version control";
  if (plain === stateFileName || plain === ignoreFileName || plain.startsWith(temporaryPrefix)) {
    return "sync state";
  }
  if (secretNames.some((secret) => secret.test(plain))) return "secret";
  if (dependencies.has(plain)) return "dependencies";
  if (temporaryNames.some((one) => one.test(plain))) return "temporary";
  return !includeHidden && /^\.(?!\.?$)/.test(plain) ? "hidden" : null; // except . and ..
}

/** ASCII is unchanged by normalization. */
const isAscii = /^[\u0020-\u007e]*$/;

/**
 * Normalizes a name by everything that some file system ignores: case, compatibility forms, characters that HFS+
 * ignores, and the trailing dots, spaces and stream names that Windows drops.
 */
function toPlainName(name: string): string {
  const visible = isAscii.test(name)
    ? name
    : name.normalize("NFKC").replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  const plain = visible
    .toLowerCase()
    .replace(/:.*$/s, "")
    .replace(/[. ]+$/, "");
  return plain === "" ? visible : plain;
}

/** Folders, and files of work trees, with configuration that version control executes and trusts. */
const hiddenVersionControl = [".git", ".hg", ".svn", ".jj", ".sl", ".bzr", ".pijul", ".fslckout"];
const versionControl = new Set([...hiddenVersionControl, "_darcs", "_fossil_", "cvs"]);
/** The 8.3 short names that Windows gives to those, such as GIT~1. */
const shortName = /^(?:git|hg|svn|jj|sl|bzr|pijul|fslcko)~\d+$/;

/** Whether any file system equates this name with a folder of version control, whose contents tools execute. */
export function isVersionControl(name: string): boolean {
  return name.split(/[/\\]/).some((part) => {
    const plain = toPlainName(part);
    return versionControl.has(plain) || shortName.test(plain);
  });
}

/**
 * The same without CVS, whose folder executes nothing and whose name is common for résumés. No workspace has files or
 * folders with these names.
 */
export function isReservedName(name: string): boolean {
  return isVersionControl(name) && toPlainName(name) !== "cvs";
}

export const reservedNameMessage = "must not be a name reserved by version control, such as .git";

const secretNames: readonly RegExp[] = [
  /^\.env(?:$|[.\-_]|rc$)/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/,
  /\.(?:pem|p12|pfx|ppk|jks|keystore|kdbx|tfstate)$/,
  /^\.(?:aws|azure|ssh|gnupg|kube|docker|gcloud|chef|terraform\.d)$/,
  /^[._]netrc$/,
  /^\.(?:npmrc|yarnrc|yarnrc\.yml|pypirc|pgpass|my\.cnf|htpasswd|dockercfg|git-credentials|vault-token|s3cfg|boto)$/,
];

const dependencies = new Set(["node_modules", "bower_components", "jspm_packages", "__pycache__", ".venv"]);

const temporaryNames: readonly RegExp[] = [
  /^(?:\.ds_store|thumbs\.db|desktop\.ini|__macosx)$/,
  /~$/, // backups of Vim, Emacs and others
  /^#.*#$/, // Emacs
  /^~\$/, // Office
  /\.sw[a-p]$/, // Vim
  /\.(?:crdownload|part)$/, // downloads
];
