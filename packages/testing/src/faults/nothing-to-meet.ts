/** What a fault was to break is not there just now. */
export class NothingToMeetError extends Error {
  override name = 'NothingToMeetError';
}
