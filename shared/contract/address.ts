import { z } from 'zod';
import * as limits from './limits.ts';
import { optionalText, removable, text } from './text.ts';

const line1 = text(limits.NAME_LENGTH).min(1);
const city = text(limits.CHOICE_LENGTH).min(1);

/** Where a person lives or an order goes, as a label is written. */
export const address = z.strictObject({
  recipient: optionalText(limits.NAME_LENGTH),
  line1,
  line2: optionalText(limits.NAME_LENGTH),
  postcode: optionalText(limits.PHONE_LENGTH),
  city,
  state: optionalText(limits.CHOICE_LENGTH),
  country: optionalText(limits.CHOICE_LENGTH),
});

/** Merged into the stored one: a line that is left out stays, null or an empty text removes it. */
export const addressPatch = z.strictObject({
  recipient: removable(limits.NAME_LENGTH),
  line1: line1.optional(),
  line2: removable(limits.NAME_LENGTH),
  postcode: removable(limits.PHONE_LENGTH),
  city: city.optional(),
  state: removable(limits.CHOICE_LENGTH),
  country: removable(limits.CHOICE_LENGTH),
});

/** As rows of older installs have it: one text, or an object with names of their own. */
export const storedAddress = z.union([z.string(), z.looseObject({})]);
