/** Kept in a cookie, so that the first answer of the server already has it. Without one the system's theme counts. */
export const themeCookie = 'wafleet_theme';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export function isTheme(value: string | undefined): value is Exclude<Theme, 'system'> {
  return value === 'light' || value === 'dark';
}

/** For this browser, from now on. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  const life = theme === 'system' ? 'Max-Age=0' : 'Max-Age=31536000';
  document.cookie = `${themeCookie}=${theme}; Path=/; ${life}; SameSite=Lax`;
}

export function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return isTheme(theme) ? theme : 'system';
}
