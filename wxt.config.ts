import { mergeConfig, type Plugin } from 'vite';
import { defineConfig } from 'wxt';

/** Where an extension page may load from: itself, and no markup or code from anywhere. Data comes from the API a person names. */
const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'font-src': "'none'",
  // `http` for this machine alone. An IPv6 address cannot be written in a policy.
  'connect-src': 'https: http://127.0.0.1:* http://localhost:*',
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** The development server injects styles and talks over a socket. */
const DEVELOPMENT = {
  ...POLICY,
  'style-src': "'self' 'unsafe-inline'",
  'connect-src': `${POLICY['connect-src']} ws://localhost:*`,
};

const policyText = (policy: Record<string, string>) =>
  Object.entries(policy)
    .map((directive) => directive.join(' '))
    .join('; ');

/**
 * What we ship cannot set markup, because lead text is written by attackers, nor make code from text, which browsers forbid an
 * extension and reviewers ask about. Neither can the packages in it: Preact sets text instead, and Zod finds no compiler.
 */
const REWRITES = [
  { files: '/preact/dist/', from: '.innerHTML', to: '.textContent' },
  { files: '/zod/', from: 'const F = Function;', to: 'const F = null;' },
];
const rewritten = new Set<(typeof REWRITES)[number]>();
const harmless: Plugin = {
  name: 'harmless',
  transform(code, id) {
    const rewrite = REWRITES.find(({ files, from }) => id.includes(files) && code.includes(from));
    if (!rewrite) return null;
    rewritten.add(rewrite);
    return { code: code.replaceAll(rewrite.from, rewrite.to), map: null };
  },
  buildEnd() {
    const ids = [...this.getModuleIds()];
    for (const rewrite of REWRITES) {
      if (rewritten.has(rewrite) || !ids.some((id) => id.includes(rewrite.files))) continue;
      this.error(
        `No file of ${rewrite.files} has ${rewrite.from} any more. See what replaced it, and change REWRITES.`,
      );
    }
  },
};

/**
 * Each file that a page waits for costs it a round trip to the browser's own process: what opening needs is one file, what the
 * leads need another.
 */
const CHUNKS = [
  { name: 'app', tags: ['$initial' as const], priority: 1 },
  { name: 'leads', test: /leads[\\/]Leads\.tsx$/ },
];

export default defineConfig({
  srcDir: 'extension',
  publicDir: 'extension/public',
  imports: false,
  manifestVersion: 3,
  manifest: ({ browser, command }) => ({
    name: '__MSG_extension_name__',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    // WXT adds `sidePanel` in Chrome, because there is an entrypoint of that name.
    permissions: ['storage', 'alarms'],
    optional_permissions: ['notifications'],
    content_security_policy: { extension_pages: policyText(command === 'serve' ? DEVELOPMENT : POLICY) },
    commands: {
      _execute_action: {
        suggested_key: { default: 'Alt+Shift+L' },
        description: '__MSG_open_command__',
      },
    },
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: {
              id: 'crm@vision-studio.example',
              // The first that reads `data_collection_permissions`, on phones too.
              strict_min_version: '142.0',
              data_collection_permissions: { required: ['none'] },
            },
          },
        }
      : // The first with alarms every 30 seconds.
        { minimum_chrome_version: '120' }),
  }),
  hooks: {
    'vite:build:extendConfig': (entrypoints, config) => {
      if (entrypoints.some(({ type }) => type === 'background')) return;
      config.build ??= {};
      config.build.rolldownOptions = mergeConfig(config.build.rolldownOptions ?? {}, {
        output: { codeSplitting: { groups: CHUNKS } },
      });
    },
    'build:manifestGenerated': (_, { sidebar_action }) => {
      // Firefox would push the sidebar open at once; whoever wants it opens it.
      if (sidebar_action) sidebar_action.open_at_install = false;
    },
  },
  // What Mozilla's reviewers build the extension from.
  zip: { excludeSources: ['docs/**', 'screenshots/**', 'tests/**'] },
  vite: () => ({
    plugins: [harmless],
    build: {
      target: ['chrome120', 'firefox140'],
      // Every browser above preloads modules by itself.
      modulePreload: { polyfill: false },
    },
  }),
});
