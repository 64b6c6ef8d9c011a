/** Shows WhatsApp's dialog about news over the page. Resolves when Escape or the button dismisses it. */
export function showWhatsNew(): Promise<void> {
  const dialog = document.createElement('div');
  dialog.setAttribute('role', 'dialog');
  dialog.setAttribute('aria-label', "What's new on WhatsApp Web");
  dialog.style.cssText = 'position:fixed;inset:0;background:#fff';
  dialog.textContent = "What's new on WhatsApp Web ";
  const button = document.createElement('button');
  button.textContent = 'Continue';
  dialog.append(button);
  document.body.append(dialog);
  return new Promise((resolve) => {
    const dismiss = () => {
      document.removeEventListener('keydown', onKey);
      dialog.remove();
      resolve();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') dismiss();
    };
    document.addEventListener('keydown', onKey);
    button.addEventListener('click', dismiss);
  });
}
