/** What may stand between the quotes of an entity tag (RFC 9110, section 8.8.3), as long as we accept it. */
export const ENTITY_TAG = /^[\x21\x23-\x7e]{1,64}$/;
