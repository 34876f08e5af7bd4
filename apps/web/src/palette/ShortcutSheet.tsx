import { formatShortcut, keyedCommands } from "../document/editor/commands.ts";
import { shortcutSheet } from "../layout/shortcut-sheet.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { Shortcut } from "../ui/Shortcut.tsx";

const groups: { title: string; shortcuts: { label: string; keys: string[] }[] }[] = [
  {
    title: "Everywhere",
    shortcuts: [
      { label: "Search and commands", keys: ["Mod+K"] },
      { label: "Toggle sidebar", keys: ["Mod+\\"] },
      { label: "Show this list", keys: ["?", "Mod+/"] },
      { label: "Go to notifications", keys: ["F6"] },
    ],
  },
  {
    title: "Documents in the sidebar",
    shortcuts: [
      { label: "Move, open and close folders", keys: ["↑", "↓", "←", "→"] },
      { label: "Open", keys: ["Enter"] },
      { label: "Jump to an item by name", keys: ["A–Z"] },
      { label: "Rename", keys: ["F2"] },
      { label: "Move to trash", keys: ["Del"] },
      { label: "Cut and paste into a folder", keys: ["Mod+X", "Mod+V"] },
      { label: "Move up or down in its folder", keys: ["Alt+↑", "Alt+↓"] },
      { label: "Open the actions menu", keys: ["Shift+F10"] },
    ],
  },
  {
    title: "Writing",
    shortcuts: [
      { label: "Check that everything is saved", keys: ["Mod+S"] },
      { label: "Insert a block", keys: ["/"] },
      { label: "Link to a document", keys: ["[["] },
      { label: "Undo or redo your own edits", keys: ["Mod+Z", "Mod+Shift+Z"] },
      { label: "Find and replace", keys: ["Mod+F"] },
      ...keyedCommands.map(({ label, key = "" }) => ({ label, keys: [formatShortcut(key)] })),
      { label: "Leave the editor", keys: ["Esc", "Tab"] },
    ],
  },
  {
    title: "Comments",
    shortcuts: [
      { label: "Mention a member", keys: ["@"] },
      { label: "Send", keys: ["Mod+Enter"] },
    ],
  },
];

/** The list of keyboard shortcuts. */
export function ShortcutSheet() {
  return (
    <Dialog open onOpenChange={shortcutSheet.set} title="Keyboard shortcuts" wide>
      <div className="gap-x-10 sm:columns-2">
        {groups.map(({ title, shortcuts }) => (
          <section key={title} className="mb-6 break-inside-avoid-column">
            <h3 className="mb-1.5 text-sm font-semibold">{title}</h3>
            <dl className="text-sm">
              {shortcuts.map(({ label, keys }) => (
                <div key={label} className="flex min-h-7 items-center gap-4">
                  <dt className="flex-1 text-faint">{label}</dt>
                  <dd className="flex gap-1.5">
                    {keys.map((one) => (
                      <Shortcut key={one} keys={one} boxed />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
