/** Hands a file to the browser's downloads, from the page itself: no permission is needed. */
export function saveFile(name: string, parts: BlobPart[], type: string): void {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download reads the URL after the click returns; a minute is enough on any disk.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
