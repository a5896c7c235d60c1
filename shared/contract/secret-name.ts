/**
 * Names of members that the API never shows, since rows of older installs hold secrets under them. `crm.redact_below` has the same
 * pattern, a test keeps the two equal.
 */
export const SECRET_NAME =
  /passw(or)?d|^salt$|^(client_?|api_?)?secret$|^otp$|^((access|refresh|reset|session|auth|verification)_?)?token(_?hash)?$|^(reset|verification)_?code$/i;
