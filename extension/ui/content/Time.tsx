import { signal, useComputed } from '@preact/signals';
import { exactTime, readTime, relativeTime } from './time-format.ts';

let timer: ReturnType<typeof setInterval> | undefined;

/** The present millisecond, once a second. The one timer runs only while somebody looks. */
const clock = signal(Date.now(), {
  watched() {
    const tick = () => {
      clock.value = Date.now();
    };
    timer = setInterval(tick, 1000);
    // It stood still until now; signals may not change while they are being read.
    queueMicrotask(tick);
  },
  unwatched() {
    clearInterval(timer);
  },
});

interface Props {
  iso: string | null | undefined;
  /** A standing clock, in milliseconds; without it the text keeps up with the time. */
  now?: number | undefined;
}

/** A moment as people say it, its exact local time on hover. What is no date is shown as it is, nothing as a dash. */
export function Time({ iso, now }: Props) {
  const time = iso ? readTime(iso) : null;
  if (!iso || time === null) return <bdi class="time">{iso || '–'}</bdi>;
  return (
    <time class="time" dir="auto" dateTime={iso} title={exactTime(time)}>
      {now === undefined ? <Since time={time} /> : relativeTime(time, now)}
    </time>
  );
}

/** Draws again only when its words change, not at each tick. */
function Since({ time }: { time: number }) {
  const words = useComputed(() => relativeTime(time, clock.value));
  return <>{words}</>;
}
