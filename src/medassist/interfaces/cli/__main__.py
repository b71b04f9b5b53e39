"""`python -m medassist.interfaces.cli`, for processes that start others."""

from medassist.interfaces.cli import main

main()
