import { describe, expect, it } from 'vitest';
import { Failure } from '../api/failure.ts';
import { createToasts } from './toasts.ts';

describe('a message', () => {
  it('is shown until it is dismissed', () => {
    const { toasts, show, dismiss } = createToasts();
    show({ tone: 'good', message: 'One' });
    show({ tone: 'info', message: 'Two' });
    expect(toasts.value.map(({ message }) => message)).toEqual(['One', 'Two']);
    dismiss(toasts.value[0]?.id ?? '');
    expect(toasts.value.map(({ message }) => message)).toEqual(['Two']);
  });

  it('of good news makes room for newer ones, of bad news never', () => {
    const { toasts, show } = createToasts();
    for (const message of ['1', '2', '3', '4']) show({ tone: 'danger', message });
    for (const message of ['5', '6', '7']) show({ tone: 'good', message });
    expect(toasts.value.map(({ message }) => message)).toEqual(['1', '2', '3', '4', '6', '7']);
    expect(new Set(toasts.value.map(({ id }) => id)).size).toBe(6);
  });

  it('goes when its action is taken, which happens once', () => {
    const { toasts, show } = createToasts();
    const done: string[] = [];
    show({ tone: 'good', message: 'Added.', action: { label: 'Undo', onAction: () => done.push('undone') } });
    toasts.value[0]?.action?.onAction();
    expect([done, toasts.value]).toEqual([['undone'], []]);
  });
});

describe('a failed write', () => {
  it('says what failed, why, and what became of the data, and offers another try', () => {
    const { toasts, showFailure } = createToasts();
    const tries: number[] = [];
    showFailure('Saving', new Failure('unreachable', 'Nobody answers.'), () => tries.push(1));
    expect(toasts.value).toMatchObject([
      {
        tone: 'danger',
        message: 'Saving failed: Nobody answers.',
        detail: expect.stringContaining('not known whether it was saved'),
        action: { label: 'Retry' },
      },
    ]);
    toasts.value[0]?.action?.onAction();
    expect(tries).toEqual([1]);
  });

  it('without another try offers none', () => {
    const { toasts, showFailure } = createToasts();
    showFailure('Saving', new TypeError('x is undefined'));
    expect(toasts.value[0]).not.toHaveProperty('action');
    expect(toasts.value[0]?.message).toMatch(/^Saving failed: The extension failed at this/);
  });
});
