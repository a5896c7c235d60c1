import { defineConfig } from 'wxt';

export default defineConfig({
  srcDir: 'extension',
  imports: false,
  manifest: {
    name: 'Vision Studio CRM',
    description: 'See and work your leads on any tab.',
    permissions: ['storage'],
  },
});
