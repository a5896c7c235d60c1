import '../../services/zod-without-eval.ts';
import { start } from '../../screens/start.tsx';

start('sidepanel');
