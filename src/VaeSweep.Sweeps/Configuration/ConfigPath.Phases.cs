namespace VaeSweep.Sweeps;

/// <content>Phases: maps of configuration paths.</content>
public sealed partial record ConfigPath
{
    private ConfigValue? ReadPhase(SourceNode node, Action<SourceNode, string> fault)
    {
        if (node.Kind != NodeKind.Map)
            return Refuse(node, fault);

        var changes = new Dictionary<string, ConfigValue>(StringComparer.Ordinal);
        var sound = true;
        foreach (var (key, value) in node.Entries)
        {
            var name = key.Text == "epochs" ? TrainPhase.EpochsPath : key.Text;
            if (ConfigSchema.Find(name) is not { } path || !(name == TrainPhase.EpochsPath || TrialPhases.MayChange(path)))
            {
                string[] allowed = ["epochs", .. ConfigSchema.Paths.Where(TrialPhases.MayChange).Select(other => other.Name)];
                fault(key, $"a phase cannot change '{key.Text}'.{NearestName.Suggest(key.Text, allowed)} "
                    + $"Allowed: {string.Join(", ", allowed)}.");
                sound = false;
            }
            else if (path.Read(value, fault) is { } read)
            {
                changes[name] = read;
            }
            else
            {
                sound = false;
            }
        }

        if (sound && !changes.ContainsKey(TrainPhase.EpochsPath))
        {
            fault(node, $"a phase of {Name} has no epochs; write {{ epochs: 100, ... }}.");
            return null;
        }

        return sound ? ConfigValue.Of(changes) : null;
    }
}
