// Before anything is painted: the theme that the person has chosen (src/app/theme.ts writes it). A file of its own, since
// the page's security policy allows no script in the markup.
try {
  const theme = JSON.parse(localStorage.getItem("mdreader.theme"));
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // What can't be read was not chosen.
}
