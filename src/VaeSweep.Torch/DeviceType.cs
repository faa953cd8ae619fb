namespace VaeSweep.Torch;

/// <summary>Kinds of devices, with the native border's numbers.</summary>
public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
}
