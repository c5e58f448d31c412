"""The floor: what every feature stands on and no feature's word is spoken."""
