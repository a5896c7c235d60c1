import { describe, expect, it } from 'vitest';
import { hueOf, initialsOf } from './Avatar.tsx';

describe('initialsOf', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['ada', 'A'],
    ['Jean  Luc\tPicard', 'JP'],
    ['ada.lovelace@example.com', 'AL'],
    ['info@example.com', 'I'],
    ['@', ''],
    ['  "Bob" (the builder)', 'BB'],
    ["O'Neil", 'O'],
    ['王小明', '王'],
    ['ß', 'SS'],
    ['7 Eleven', '7E'],
    ['e\u0301lodie durand', 'E\u0301D'],
    ['👩‍👩‍👧‍👦 Family', '👩‍👩‍👧‍👦'],
    ['🇲🇾 Ali', '🇲🇾'],
    ['Ali 🎉', 'A🎉'],
    ['محمد علي', 'م\u200cع'],
    ['דנה כהן', 'דכ'],
    ['', ''],
    ['   ', ''],
    ['--- !!!', ''],
    ['\u202e\u200b', ''],
  ])('"%s" is "%s"', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });

  it('stays small whatever is stacked on a letter or repeated', () => {
    expect(initialsOf(`z${'\u0301'.repeat(10_000)}`)).toBe('z');
    expect(initialsOf('x'.repeat(10_000))).toBe('X');
    expect(initialsOf('👩\u200d'.repeat(3000)).length).toBeLessThanOrEqual(2);
    expect(initialsOf('\ud800')).toBe('');
  });
});

it('a name keeps its hue, one of twelve', () => {
  expect(hueOf('Ada')).toBe(hueOf('Ada'));
  const hues = new Set(Array.from({ length: 500 }, (_, index) => hueOf(`name ${index}`)));
  expect(hues.size).toBe(12);
  expect([...hues].every((hue) => hue >= 0 && hue < 360)).toBe(true);
});
