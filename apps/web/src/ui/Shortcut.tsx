const isMac = /mac|iphone|ipad/i.test(navigator.userAgent);

/** Keys to press, as `Mod+K`; `Mod` is what this system uses for commands. */
export function Shortcut({ keys }: { keys: string }) {
  return (
    <kbd className="rounded-sm font-sans text-[0.6875rem] tracking-wide whitespace-nowrap pointer-coarse:hidden">
      {describeKeys(keys)}
    </kbd>
  );
}

const macSymbols: Record<string, string> = { Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↵" };

function describeKeys(keys: string): string {
  const names = keys.split("+");
  return isMac
    ? names.map((name) => macSymbols[name] ?? name).join("")
    : names.map((name) => (name === "Mod" ? "Ctrl" : name)).join("+");
}

/** Whether a key was pressed together with what this system uses for commands. */
export const isCommand = (event: { metaKey: boolean; ctrlKey: boolean }) =>
  isMac ? event.metaKey : event.ctrlKey;
