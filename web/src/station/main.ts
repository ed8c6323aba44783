// SPDX-License-Identifier: GPL-3.0-or-later
import { startPage } from '../common/start.js';
import './station-app.js';

void startPage('station-app');
