import { describe, expect, it } from 'vitest';
import { BROWSERS, type BrowserName, builtFiles, readBuilt, scriptsOf } from './built-extension.ts';

const manifestOf = (browser: BrowserName) => JSON.parse(readBuilt(browser, 'manifest.json'));
const scripts = (browser: BrowserName) => builtFiles(browser).filter((file) => file.endsWith('.js'));
const pages = (browser: BrowserName) => builtFiles(browser).filter((file) => file.endsWith('.html'));

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'none'; " +
  'connect-src https: http://127.0.0.1:* http://localhost:*; ' +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

describe.each(BROWSERS)('the build for %s', (browser) => {
  const manifest = manifestOf(browser);

  it('asks for as little as possible', () => {
    const wanted = { chrome: ['alarms', 'sidePanel', 'storage'], firefox: ['alarms', 'storage'] }[browser];
    expect(manifest.manifest_version).toBe(3);
    expect([...manifest.permissions].sort()).toEqual(wanted);
    expect(manifest.optional_permissions).toEqual(['notifications']);
    for (const reach of ['host_permissions', 'optional_host_permissions', 'content_scripts']) {
      expect(manifest).not.toHaveProperty(reach);
    }
    for (const door of ['web_accessible_resources', 'externally_connectable', 'sandbox']) {
      expect(manifest).not.toHaveProperty(door);
    }
  });

  it('opens nothing by itself', () => {
    expect(manifest.sidebar_action?.open_at_install ?? false).toBe(false);
  });

  it('lets pages load nothing but their own files', () => {
    expect(manifest.content_security_policy).toEqual({ extension_pages: POLICY });
  });

  it('holds every file that the manifest and the pages name', () => {
    const beside = { chrome: manifest.side_panel?.default_path, firefox: manifest.sidebar_action?.default_panel }[
      browser
    ];
    const worker = { chrome: manifest.background.service_worker, firefox: manifest.background.scripts?.[0] }[browser];
    const named = [manifest.action.default_popup, beside, worker, ...Object.values<string>(manifest.icons)];
    const loaded = pages(browser).flatMap((page) => scriptsOf(readBuilt(browser, page)));
    expect(Object.keys(manifest.icons)).toEqual(['16', '32', '48', '128']);
    expect(builtFiles(browser)).toEqual(expect.arrayContaining([...named, ...loaded, 'tab.html']));
  });

  it('has a word for every message it names', () => {
    const messages = JSON.parse(readBuilt(browser, `_locales/${manifest.default_locale}/messages.json`));
    const named = [...JSON.stringify(manifest).matchAll(/__MSG_(\w+)__/g)].map(([, name = '']) => name);
    expect(named).toEqual(expect.arrayContaining(['extension_name', 'extension_description']));
    for (const name of named) expect(messages[name]?.message, name).toBeTruthy();
    expect(messages.extension_name.message).toBe('Vision Studio CRM');
  });

  it.each(pages(browser))('%s runs no script but files of the build', (page) => {
    const html = readBuilt(browser, page);
    expect(scriptsOf(html).filter((path) => path.includes(':'))).toEqual([]);
    expect(html.match(/<script(?![^>]*\ssrc=)|\son\w+=|https?:/g)).toBeNull();
  });

  it.each(scripts(browser))('%s neither fetches code nor makes it from text', (file) => {
    const code = readBuilt(browser, file);
    expect(code.match(/\bnew Function\b|\beval\(|\bimportScripts\(|\bimport\(["'`]https?:/g)).toBeNull();
    expect(code.match(/\.(innerHTML|outerHTML)\s*=[^=]|\binsertAdjacentHTML\b|\bdocument\.write\(/g)).toBeNull();
  });
});
