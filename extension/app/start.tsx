import '../ui/styles/index.css';
import { render } from 'preact';
import { App } from './App.tsx';
import { createApp } from './app.ts';
import type { Surface } from './settings.ts';

/** Shows the app on the page of a surface, which names itself in `data-surface`; it runs until the page goes. */
function start(): void {
  const { documentElement } = document;
  const app = createApp(documentElement.dataset.surface as Surface);
  const controller = new AbortController();
  addEventListener('pagehide', () => controller.abort(), { once: true });
  documentElement.dir = app.settings.direction;
  const root = document.getElementById('app');
  // What is stored is known after a moment: drawing before would only delay the question for leads.
  void app.start(controller.signal).finally(() => root && render(<App app={app} />, root));
}

start();
