// Applies the person's theme before the first paint (written by src/lib/theme.ts). A separate file, because the page's
// CSP forbids inline scripts.
try {
  const theme = JSON.parse(localStorage.getItem("mdreader.theme"));
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // An unreadable setting counts as unset.
}
