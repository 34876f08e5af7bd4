import { createLocalState } from "./persisted-state.ts";

export type Theme = "system" | "light" | "dark";

/** The theme that the person has chosen. public/theme.js reads it too, before the first paint. */
export const theme = createLocalState<Theme>("theme", (stored) =>
  stored === "light" || stored === "dark" ? stored : "system",
);

/** Applies the chosen theme, including changes from other windows. */
export function syncTheme(): void {
  const apply = () => {
    const chosen = theme.get();
    if (chosen === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = chosen;
  };
  apply();
  theme.subscribe(apply);
}

/** Toggles between light and dark. */
export function toggleTheme(): void {
  const preference = theme.get();
  const isDark =
    preference === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : preference === "dark";
  theme.set(isDark ? "light" : "dark");
}
