// Before the first paint, so that a dark room never sees a white flash.
try {
  const { theme } = JSON.parse(localStorage.getItem('throughline.settings') || '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Nothing kept, or not readable: the system's theme it is.
}
