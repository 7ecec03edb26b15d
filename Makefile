# `python3 dev.py` does the work; this file is here because people type `make test`.
.PHONY: run test bench
run test bench:
	python3 dev.py $@
