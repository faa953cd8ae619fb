namespace VaeSweep.Cluster;

/// <summary>Devices that this process has for itself on this machine, until it ends: every core and GPU belongs to one worker at
/// a time.</summary>
/// <remarks>A device is a locked file that every process of the machine sees; the kernel gives it back when its process ends,
/// however it ends.</remarks>
public sealed class DeviceReservation : IDisposable
{
    /// <summary>Another folder for the locks; for tests, and for machines where /tmp is not shared.</summary>
    public const string FolderVariable = "VAESWEEP_LOCKS";

    private const string DefaultFolder = "/tmp/vaesweep-locks";

    private readonly List<DeviceLock> _locks = [];

    private DeviceReservation(IReadOnlyList<string> devices) => Devices = devices;

    /// <summary>As workers are named: cpu:1, cuda:0. The number of a CPU slot is its core's place among those that this process
    /// may use.</summary>
    public IReadOnlyList<string> Devices { get; private set; }

    /// <summary>What a person should know: cores that others have, or that nothing could be reserved.</summary>
    public string? Note { get; private set; }

    /// <summary>Takes what was asked for. "auto", "cpu" and "cuda" take what is free.</summary>
    /// <param name="text">As <see cref="DeviceSpec.Parse"/> reads it.</param>
    /// <param name="who">Whom the next one who asks is told of: "vaesweep worker (process 12)".</param>
    /// <exception cref="ArgumentException">It cannot be read, is not there, or is taken; the message has the numbers.</exception>
    public static DeviceReservation Take(string text, string who, string? folder = null, IMachine? machine = null)
    {
        machine ??= ThisMachine.Current;
        var devices = DeviceSpec.Parse(text, machine);
        var reservation = new DeviceReservation(devices);
        folder ??= DefaultFolder;
        if (!DeviceLock.TryPrepare(folder, out var why))
        {
            reservation.Note = $"devices are not reserved: {why}";
            return reservation;
        }

        try
        {
            reservation.Devices = [.. reservation.Gpus(devices, text, machine, folder, who),
                .. reservation.Cores(devices.Count(IsCpu), text, machine, folder, who)];
            return reservation;
        }
        catch
        {
            reservation.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="Take"/>, beside whoever else has the same.</summary>
    public static DeviceReservation Share(string text, IMachine? machine = null) => new(DeviceSpec.Parse(text, machine));

    public void Dispose()
    {
        foreach (var held in _locks)
            held.Dispose();

        _locks.Clear();
    }

    private static bool IsCpu(string device) => device.StartsWith("cpu", StringComparison.Ordinal);

    private List<string> Cores(int wanted, string text, IMachine machine, string folder, string who)
    {
        if (wanted == 0 || machine.Processors.Count == 0)
            return [.. Enumerable.Range(0, wanted).Select(i => $"cpu:{i}")];

        var (got, taken) = (new List<string>(), new List<string>());
        for (var place = 0; place < machine.Processors.Count && got.Count < wanted; place++)
        {
            if (Lock(folder, $"cpu-{machine.Processors[place]}", who, out var holder))
                got.Add($"cpu:{place}");
            else
                taken.Add($"core {machine.Processors[place]} by {holder}");
        }

        if (got.Count < wanted && (got.Count == 0 || !TakesWhatIsFree(text)))
        {
            throw new ArgumentException(
                $"'{text}' asks for {wanted} CPU {(wanted == 1 ? "slot" : "slots")}, and {got.Count} "
                    + $"of {machine.Processors.Count} cores {(got.Count == 1 ? "is" : "are")} free: taken "
                    + $"are {string.Join(", ", taken)}. "
                + $"{(got.Count > 0 ? $"Write cpu:{got.Count}, or" : "Wait for them, or")} give --share to have several trials "
                + "on one core.");
        }

        Tell(taken);
        return got;
    }

    private List<string> Gpus(IReadOnlyList<string> devices, string text, IMachine machine, string folder, string who)
    {
        var (got, taken) = (new List<string>(), new List<string>());
        foreach (var device in devices.Where(d => !IsCpu(d)))
        {
            var uuid = machine.Gpus[int.Parse(
                device.AsSpan(device.IndexOf(':', StringComparison.Ordinal) + 1),
                System.Globalization.CultureInfo.InvariantCulture)].Uuid;
            if (Lock(folder, string.Concat(uuid.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_')), who,
                out var holder))
            {
                got.Add(device);
            }
            else
            {
                taken.Add($"{device} by {holder}");
            }
        }

        if (taken.Count > 0 && (got.Count == 0 || !TakesWhatIsFree(text)))
        {
            throw new ArgumentException(
                $"'{text}' asks for {got.Count + taken.Count} {(got.Count + taken.Count == 1 ? "GPU" : "GPUs")}, "
                    + $"and {got.Count} {(got.Count == 1 ? "is" : "are")} free: taken are {string.Join(", ", taken)}. Wait for "
                    + "them, name others, or give --share.");
        }

        Tell(taken);
        return got;
    }

    private void Tell(List<string> taken)
    {
        if (taken.Count > 0)
            Note = $"{(Note is null ? "" : $"{Note}; ")}taken are {string.Join(", ", taken)}";
    }

    private static bool TakesWhatIsFree(string text) =>
        text.Split('+').All(part => part.Trim().ToLowerInvariant() is "auto" or "cpu" or "cuda");

    private bool Lock(string folder, string name, string who, out string holder)
    {
        if (DeviceLock.TryTake(Path.Combine(folder, $"{name}.lock"), who, out holder) is not { } held)
            return false;

        _locks.Add(held);
        return true;
    }
}
