import { signal } from '@preact/signals';

let timer: ReturnType<typeof setInterval> | undefined;

/** The present millisecond, once a second. The one timer runs only while somebody looks. */
export const clock = signal(Date.now(), {
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
