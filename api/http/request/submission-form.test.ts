import { describe, expect, it } from 'vitest';
import { readForm } from './submission-form.ts';

const URLENCODED = 'application/x-www-form-urlencoded';
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (entries: [string, string][]) => readForm(bytes(new URLSearchParams(entries).toString()), URLENCODED);

describe('a plain form', () => {
  it('becomes the shape of a JSON capture', async () => {
    expect(
      await read([
        ['email', 'a@b.co'],
        ['interests', 'x'],
        ['interests', 'y'],
        ['utm_source', 'ad'],
        ['consent', 'on'],
        ['consentText', 'I agree.'],
        ['Colour', 'red'],
        ['Colour', 'blue'],
        ['lf_extra', 'bot'],
      ]),
    ).toEqual({
      email: 'a@b.co',
      interests: ['x', 'y'],
      utm: { source: 'ad' },
      consent: { given: true, text: 'I agree.' },
      fields: { Colour: 'red, blue' },
      lf_extra: 'bot',
    });
  });

  it('leaves out what was left empty, and says when a shown consent was not given', async () => {
    expect(
      await read([
        ['email', 'a@b.co'],
        ['name', ''],
        ['consentText', 'I agree.'],
        ['own', ''],
      ]),
    ).toEqual({
      email: 'a@b.co',
      consent: { given: false, text: 'I agree.' },
    });
  });

  it.each<[string, [string, string][]]>([
    ['a consent without its words', [['consent', 'on']]],
    [
      'a field given twice',
      [
        ['name', 'Ann'],
        ['name', 'Bob'],
      ],
    ],
    [
      'other words of a consent',
      [
        ['consentText', 'I agree.'],
        ['consentText', 'I agree to all.'],
      ],
    ],
  ])('refuses %s rather than drop what was typed', async (_, entries) => {
    await expect(read([['email', 'a@b.co'], ...entries])).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it.each(['__proto__', 'utm___proto__'])('refuses the one name that an object would lose: %s', async (name) => {
    await expect(
      read([
        ['email', 'a@b.co'],
        [name, 'x'],
      ]),
    ).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])('takes %s as a name like any other', async (name) => {
    const { fields } = await read([[name, 'x']]);
    expect(Object.entries(fields as object)).toEqual([[name, 'x']]);
  });

  it('reads multipart the same, and refuses a file', async () => {
    const data = new FormData();
    data.append('email', 'a@b.co');
    data.append('name', 'Zoë\r\n🏡');
    const encode = async (form: FormData) => {
      const response = new Response(form);
      return [new Uint8Array(await response.arrayBuffer()), response.headers.get('Content-Type') ?? ''] as const;
    };
    expect(await readForm(...(await encode(data)))).toEqual({ email: 'a@b.co', name: 'Zoë\r\n🏡' });
    data.append('plan', new File(['x'], 'plan.pdf'));
    await expect(readForm(...(await encode(data)))).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('refuses bytes that are no form', async () => {
    await expect(readForm(bytes('nonsense'), 'multipart/form-data; boundary=x')).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await expect(readForm(new Uint8Array([0xff]), URLENCODED)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('refuses a form in another encoding, whose letters would be lost', async () => {
    await expect(readForm(bytes('email=a@b.co&name=Ren%E9'), URLENCODED)).rejects.toThrow(/accept-charset="utf-8"/);
    const part = [
      ...bytes('--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nRen'),
      0xe9,
      ...bytes('\r\n--x--\r\n'),
    ];
    await expect(readForm(new Uint8Array(part), 'multipart/form-data; boundary=x')).rejects.toThrow(/UTF-8/);
    expect(await readForm(bytes('name=Ren%C3%A9+is+100%+%zz'), URLENCODED)).toEqual({ name: 'René is 100% %zz' });
  });
});
