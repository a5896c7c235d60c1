/** Text of rows, or of whoever answers, for a terminal: nothing in it may steer it. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\ufffd');
