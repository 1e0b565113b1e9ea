import { useWords } from '../words';

/** A day, or an instant with the zone's name; the same in UTC in the title. */
export function Time({ at, long }: { at: string; long?: boolean }) {
  const { date, time, utc } = useWords();
  return (
    <time dateTime={at} title={utc(at)}>
      {long ? time(at) : date(at)}
    </time>
  );
}

/** "3 days ago"; the instant in the title. */
export function Ago({ at }: { at: string }) {
  const { ago, time } = useWords();
  return (
    <time dateTime={at} title={time(at)}>
      {ago(at)}
    </time>
  );
}
