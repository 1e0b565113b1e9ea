import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { resume } from './session';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
void resume();
