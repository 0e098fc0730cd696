// Starts what finds things on every page: the search, the palette and the scanners.
import "./search.js";
import "./palette.js";
import "./wedge.js";
import "./camera.js";
