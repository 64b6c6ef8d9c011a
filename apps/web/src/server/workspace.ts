/** The workspace that a person with several of them looks at; the control plane checks that it is theirs. */
export const workspaceCookie = 'wafleet_workspace';

/** From the header `cookie`; null where none was chosen. */
export function chosenWorkspace(cookies: string | null): string | null {
  const prefix = `${workspaceCookie}=`;
  const found = (cookies ?? '').split('; ').find((cookie) => cookie.startsWith(prefix));
  const id = found?.slice(prefix.length) ?? '';
  return /^ten_[0-9a-z]{1,40}$/.test(id) ? id : null;
}
