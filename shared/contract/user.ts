import { z } from 'zod';
import { changesCursor } from './changes.ts';
import * as limits from './limits.ts';
import { malformedRow, pageLimit } from './page.ts';
import { receipt } from './receipt.ts';
import { USER_ID } from './record-key.ts';
import { email, foreignName, optionalText, removable, text } from './text.ts';

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

/**
 * Names of members that the API never shows, since rows of older installs hold secrets under them. `crm.redact_below` has the same
 * pattern, a test keeps the two equal.
 */
export const SECRET_NAME =
  /passw(or)?d|^salt$|^(client_?|api_?)?secret$|^otp$|^((access|refresh|reset|session|auth|verification)_?)?token(_?hash)?$|^(reset|verification)_?code$/i;

export const userId = z.string().regex(USER_ID, 'Use an id like user_1736177352123_abc123def.');
export const accountStatus = z.enum(limits.ACCOUNT_STATUSES);

const preference = z.union([
  text(limits.FIELD_LENGTH),
  z.boolean(),
  z.array(text(limits.CHOICE_LENGTH)).max(limits.TAGS),
]);
const NAMES_A_SECRET = 'A name like this is kept for secrets, which are never shown. Use another one.';
const TOO_MANY = `Use at most ${limits.PREFERENCES} preferences.`;
/** Under names of their own. What nobody would be shown again is refused instead of stored; null, which removes it, is not. */
const preferences = <Value extends z.ZodType>(value: Value) =>
  z
    .record(foreignName(limits.FIELD_NAME_LENGTH), value)
    .refine((given) => Object.keys(given).length <= limits.PREFERENCES, TOO_MANY)
    .superRefine((given, { addIssue }) => {
      for (const [name, content] of Object.entries(given)) {
        if (content !== null && SECRET_NAME.test(name))
          addIssue({ code: 'custom', path: [name], message: NAMES_A_SECRET });
      }
    });

const tags = z.array(text(limits.CHOICE_LENGTH).min(1)).max(limits.TAGS);
const name = text(limits.NAME_LENGTH).min(1);

const stored = z.string().nullish();
const number = z.number().nullish();

/**
 * A user as it stands in the table, without passwords. The three totals are kept by every write on an order; the rest of what an
 * older install wrote passes through.
 */
export const user = z.looseObject({
  id: userId,
  email: z.string().min(1),
  name: stored,
  phone: stored,
  address: storedAddress.nullish(),
  preferences: z.looseObject({}).nullish(),
  accountStatus: stored,
  signupDate: stored,
  updatedAt: stored,
  lastLogin: stored,
  totalOrders: number,
  totalSpent: number,
  loyaltyPoints: number,
  tags: z.array(z.string()).nullish(),
  seed: z.boolean().nullish(),
});
export type User = z.infer<typeof user>;

/** What an admin sends to create a user. The email must be nobody else's, whatever its case. */
export const userRequest = z.strictObject({
  email,
  name,
  phone: optionalText(limits.PHONE_LENGTH),
  address: address.optional(),
  preferences: preferences(preference).optional(),
  accountStatus: accountStatus.default('active'),
  tags: tags.optional(),
});

/** What an admin may change on a user. Merged into the stored row (RFC 7396). */
export const userPatch = z
  .strictObject({
    email: email.optional(),
    name: name.optional(),
    phone: removable(limits.PHONE_LENGTH),
    address: addressPatch.nullish(),
    preferences: preferences(preference.nullable()).nullish(),
    accountStatus: accountStatus.optional(),
    tags: tags.nullish(),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'Name at least one field to change.');

/** `GET /users`: newest first. */
export const usersQuery = z.strictObject({
  accountStatus: accountStatus.optional(),
  q: text(limits.SEARCH_LENGTH).optional(),
  limit: pageLimit,
  cursor: userId.optional(),
  total: z.enum(['0', '1']).optional(),
});

export const usersReply = z.object({
  success: z.literal(true),
  users: z.array(user),
  malformed: z.array(malformedRow),
  nextCursor: userId.nullable(),
  /** Where `GET /changes` continues this very list. */
  changesCursor,
  total: z.number().int().nonnegative().optional(),
});

/** `digest` as in leadReply. */
export const userReply = z.object({ success: z.literal(true), user, digest: receipt.shape.digest.optional() });

export const userDeletedReply = z.object({ success: z.literal(true), deleted: userId });
