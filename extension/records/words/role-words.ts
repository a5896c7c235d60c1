/** Why a viewer may not: rows as text are for those who may change them. */
export const NEEDS_ADMIN = 'Reading rows as they are stored needs the role admin.';
