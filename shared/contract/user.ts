import { z } from 'zod';
import { address, addressPatch, storedAddress } from './address.ts';
import { email } from './lead.ts';
import * as limits from './limits.ts';
import { SECRET_NAME } from './secret-name.ts';
import { foreignName, optionalText, removable, text } from './text.ts';

/** `user_<milliseconds>_<random>`; ours carry 9 random characters, older installs 1 to 12. */
export const USER_ID = /^user_[0-9]{1,15}_[a-z0-9]{1,12}$/;

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
