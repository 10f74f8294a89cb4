"""The demo park: a biomedical park as it would really be, generated from a seed and loaded through the public API.

Every company and every figure in it is invented. `data/` says who is there and what they measure and buy; the modules
make bills of it and post them like any client would.
"""
