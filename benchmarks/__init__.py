"""Speed as ratios beside a floor, all measured in one run."""
