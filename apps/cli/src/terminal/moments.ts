/** `42 s`, `12 min`, `3 h`, `5 d`: how long ago it was, or how long until then. */
export function howLong(at: string, now = Date.now()): string {
  const seconds = Math.round(Math.abs(now - Date.parse(at)) / 1_000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** In this machine's time, to the second. */
export function clockTime(at: string): string {
  const time = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

export function megabytes(bytes: number | null): string | null {
  return bytes === null ? null : `${Math.round(bytes / 1024 / 1024)} MB`;
}
