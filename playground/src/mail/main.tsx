import '../style.css';
import '../pages.css';
import { createRoot } from 'react-dom/client';
import { Outbox } from './Outbox';

const root = document.getElementById('root');
if (root) createRoot(root).render(<Outbox />);
