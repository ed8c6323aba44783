// SPDX-License-Identifier: GPL-3.0-or-later
import { startPage } from '../common/start.js';
import './dashboard-app.js';

void startPage('dashboard-app');
