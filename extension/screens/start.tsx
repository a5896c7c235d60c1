import '../styles/index.css';
import { render } from 'preact';
import { createApp } from '../models/app.ts';
import type { Surface } from '../models/settings.ts';
import { App } from './App.tsx';

/** Shows the app on the page of a surface; it runs until the page goes. */
export function start(surface: Surface): void {
  const app = createApp(surface);
  const controller = new AbortController();
  addEventListener('pagehide', () => controller.abort(), { once: true });
  document.documentElement.dataset.surface = surface;
  document.documentElement.dir = app.settings.direction;
  const root = document.getElementById('app');
  if (root) render(<App app={app} />, root);
  void app.start(controller.signal);
}
