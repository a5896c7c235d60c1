import { expect, it } from 'vitest';
import { stepStates } from './Steps.tsx';

const steps = [
  { value: 'new' },
  { value: 'contacted' },
  { value: 'converted', tone: 'good' as const },
  { value: 'lost', tone: 'danger' as const },
];

it('what lies before the current step is done', () => {
  expect(stepStates(steps, 'contacted')).toEqual(['done', 'current', 'ahead', 'ahead']);
  expect(stepStates(steps, 'converted')).toEqual(['done', 'done', 'current', 'ahead']);
});

it('the other end was reached without the steps before it', () => {
  expect(stepStates(steps, 'lost')).toEqual(['ahead', 'ahead', 'ahead', 'current']);
});

it('a state that is none of the steps leaves all ahead', () => {
  expect(stepStates(steps, 'archived')).toEqual(['ahead', 'ahead', 'ahead', 'ahead']);
  expect(stepStates([], 'new')).toEqual([]);
});
