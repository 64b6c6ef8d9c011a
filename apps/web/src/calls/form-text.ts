/** What was written into a field of a form, without the spaces around it; '' where nothing was. */
export function formText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
