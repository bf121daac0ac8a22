"""Use cases: the one door for pages and command line. Every function takes the viewer first."""
